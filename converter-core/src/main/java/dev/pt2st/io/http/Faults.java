package dev.pt2st.io.http;

import dev.pt2st.io.http.answer.FaultyAnswerException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/**
 * Messages for failures of connections, since the exceptions' own messages may contain an address.
 */
final class Faults {
  private static final int DEEPEST = 10;

  private Faults() {}

  static String words(IOException failure, Origin server) {
    if (failure instanceof FaultyAnswerException) {
      return String.valueOf(failure.getMessage());
    }
    if (failure instanceof HttpConnectTimeoutException) {
      return "the server " + server + " does not accept the connection in time";
    }
    if (failure instanceof HttpTimeoutException) {
      return "the server " + server + " does not answer in time";
    }
    if (has(failure, CertificateException.class)) {
      return "the certificate of " + server + " is not trusted";
    }
    if (has(failure, SSLException.class)) {
      return "no encrypted connection to " + server + " could be made";
    }
    if (has(failure, UnresolvedAddressException.class)) {
      return "the address of " + server + " is not found";
    }
    if (has(failure, ConnectException.class)) {
      return "the server " + server + " refuses the connection";
    }
    return "the connection to " + server + " breaks off";
  }

  /** Whether a retry cannot change a failure. */
  static boolean isFinal(IOException failure) {
    return has(failure, UnresolvedAddressException.class)
        || has(failure, CertificateException.class);
  }

  private static boolean has(IOException failure, Class<? extends Throwable> type) {
    Throwable cause = failure;
    for (int i = 0; i < DEEPEST && cause != null; i++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
