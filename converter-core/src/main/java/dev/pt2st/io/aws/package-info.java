/**
 * Signs requests to AWS and to servers with the same protocols: settings and credentials as the AWS
 * tools find them, and Signature Version 4.
 *
 * <p>Credentials come from the environment ({@code AWS_ACCESS_KEY_ID}, {@code
 * AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}), from a web identity ({@code
 * AWS_WEB_IDENTITY_TOKEN_FILE}, {@code AWS_ROLE_ARN}), from a profile in the shared files ({@code
 * AWS_PROFILE}, {@code AWS_CONFIG_FILE}, {@code AWS_SHARED_CREDENTIALS_FILE}), from a container
 * ({@code AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}, {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}) or
 * from the role of an EC2 instance (IMDSv2 only). No program is started for them. A profile with a
 * {@code credential_process}, single sign-on or a role of another profile is refused, and the
 * message says what to do.
 *
 * <p>No message, no {@code toString} and no exception here contains a secret, a token or a
 * signature.
 */
@NullMarked
package dev.pt2st.io.aws;

import org.jspecify.annotations.NullMarked;
