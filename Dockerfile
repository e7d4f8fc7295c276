# The program for containers. The image is made by Maven: mvn -Pdist package -DskipTests, and then docker build -t pt2st .
# It writes to what is mounted and nowhere else:
#
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --network none -v "$PWD:/work" pt2st scan .
FROM debian:bookworm-slim@sha256:4724b8cc51e33e398f0e2e15e18d5ec2851ff0c2280647e1310bc1642182655d
COPY cli/target/dist/image/ /usr/
USER 65532:65532
WORKDIR /work
ENV LANG=C.UTF-8
ENTRYPOINT ["/usr/bin/pt2st"]
CMD ["--help"]
