import java.util.function.BiConsumer;

/**
 * Writes numbered events by a logger that was configured by a file: {@code Writes KIND COUNT PAUSE}.
 *
 * <p>Every tenth has a stack trace. It pauses for so many milliseconds twice, so that time goes on.
 */
public class Writes {
  public static void main(String[] args) throws Exception {
    BiConsumer<String, Throwable> logger = logger(args[0]);
    int count = Integer.parseInt(args[1]);
    for (int number = 0; number < count; number++) {
      Throwable cause = number % 10 == 9 ? new IllegalStateException("no paper " + number) : null;
      logger.accept("event " + number + " is told", cause);
      if (number == count / 3 || number == 2 * count / 3) {
        Thread.sleep(Long.parseLong(args[2]));
      }
    }
  }

  private static BiConsumer<String, Throwable> logger(String kind) {
    switch (kind) {
      case "logback":
        org.slf4j.Logger slf4j = org.slf4j.LoggerFactory.getLogger("shop.Till");
        return slf4j::warn;
      case "log4j2":
        org.apache.logging.log4j.Logger two =
            org.apache.logging.log4j.LogManager.getLogger("shop.Till");
        return two::warn;
      case "log4j1":
        org.apache.log4j.Logger one = org.apache.log4j.Logger.getLogger("shop.Till");
        return one::warn;
      default:
        java.util.logging.Logger own = java.util.logging.Logger.getLogger("shop.Till");
        return (text, cause) -> own.log(java.util.logging.Level.WARNING, text, cause);
    }
  }
}
