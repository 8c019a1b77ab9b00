// The events by log4j 1.2.

import java.io.OutputStream;
import java.time.Instant;
import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.EnhancedPatternLayout;
import org.apache.log4j.Layout;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.MDC;
import org.apache.log4j.NDC;
import org.apache.log4j.PatternLayout;
import org.apache.log4j.WriterAppender;
import org.apache.log4j.spi.LoggingEvent;

public class Log4j1 extends Events {
    @Override
    String[] levels() {
        return new String[] {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    }

    /** The enhanced layout where only that one knows the pattern, as people choose between them. */
    @Override
    void add(String pattern, boolean whole, OutputStream to) {
        boolean enhanced = pattern.matches(".*(%throwable|%properties|\\}\\{|%d\\{(UNIX|COMP)).*");
        Layout layout = enhanced ? new EnhancedPatternLayout(pattern) : new PatternLayout(pattern) {
            @Override
            public boolean ignoresThrowable() {
                return whole;
            }
        };
        WriterAppender appender = new WriterAppender();
        appender.setEncoding("UTF-8");
        appender.setLayout(layout);
        appender.setWriter(new java.io.OutputStreamWriter(to, java.nio.charset.StandardCharsets.UTF_8));
        Logger.getRootLogger().addAppender(appender);
    }

    @Override
    void log(Event event, String level) {
        event.context.forEach(MDC::put);
        if (event.nested != null) {
            NDC.push(event.nested);
        }
        Logger.getLogger(event.logger).log(Level.toLevel(level), event.message, event.thrown);
    }

    public static void main(String[] args) throws Exception {
        Log4j1 events = new Log4j1();
        Logger root = Logger.getRootLogger();
        root.setLevel(Level.ALL);
        root.addAppender(new AppenderSkeleton() {
            @Override
            protected void append(LoggingEvent event) {
                events.instant = Instant.ofEpochMilli(event.timeStamp);
            }

            @Override
            public void close() {
            }

            @Override
            public boolean requiresLayout() {
                return false;
            }
        });
        events.run();
    }
}
