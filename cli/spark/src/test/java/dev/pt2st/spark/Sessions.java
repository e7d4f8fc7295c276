package dev.pt2st.spark;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Jobs in the test's own process. */
final class Sessions {
  private Sessions() {}

  /** What a command has printed, and its exit code. */
  record Run(int code, String out, String err) {}

  /** Sets what spark-submit would have set. */
  static void set(String master, Path temporary) {
    System.setProperty("spark.master", master);
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.driver.host", "127.0.0.1");
    System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    System.setProperty("spark.sql.shuffle.partitions", "4");
    System.setProperty("spark.local.dir", temporary.resolve("local").toString());
    System.setProperty("spark.sql.warehouse.dir", temporary.resolve("warehouse").toString());
  }

  static SparkSession open() {
    return SparkSession.builder().appName("test").getOrCreate();
  }

  static Run run(Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    return new Run(code, out.toString(), err.toString());
  }
}
