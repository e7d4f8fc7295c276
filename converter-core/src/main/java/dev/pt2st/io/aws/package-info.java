/**
 * What requests to AWS, and to servers that speak its protocols, are signed with: settings and
 * credentials as the tools of AWS find them, and Signature Version 4.
 *
 * <p>Credentials come from the environment ({@code AWS_ACCESS_KEY_ID}, {@code
 * AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}), from a web identity ({@code
 * AWS_WEB_IDENTITY_TOKEN_FILE}, {@code AWS_ROLE_ARN}), from a profile in the shared files ({@code
 * AWS_PROFILE}, {@code AWS_CONFIG_FILE}, {@code AWS_SHARED_CREDENTIALS_FILE}), from a container
 * ({@code AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}, {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}) or
 * from the role of an EC2 instance (IMDSv2 alone). No program is started for them: a profile with a
 * {@code credential_process}, with single sign-on or with a role of another profile is refused, and
 * the message says what to do.
 *
 * <p>No message, no {@code toString} and no exception here holds a secret, a token or a signature.
 */
@NullMarked
package dev.pt2st.io.aws;

import org.jspecify.annotations.NullMarked;
