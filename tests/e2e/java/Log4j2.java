// The events by log4j 2.

import java.io.OutputStream;
import java.time.Instant;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

public class Log4j2 extends Events {
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();
    private int appenders;

    @Override
    String[] levels() {
        return new String[] {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    }

    @Override
    void add(String pattern, boolean whole, OutputStream to) {
        PatternLayout layout = PatternLayout.newBuilder()
            .withPattern(pattern)
            .withAlwaysWriteExceptions(whole)
            .withConfiguration(context.getConfiguration())
            .withCharset(java.nio.charset.StandardCharsets.UTF_8)
            .build();
        add(OutputStreamAppender.newBuilder()
            .setName("to " + ++appenders).setTarget(to).setLayout(layout).build());
    }

    private void add(Appender appender) {
        appender.start();
        root.addAppender(appender, Level.ALL, null);
        context.updateLoggers();
    }

    @Override
    void log(Event event, String level) {
        ThreadContext.putAll(event.context);
        if (event.nested != null) {
            ThreadContext.push(event.nested);
        }
        Marker marker = null;
        if (event.marker != null) {
            marker = MarkerManager.getMarker(event.marker).addParents(MarkerManager.getMarker("ALL"));
        }
        LogManager.getLogger(event.logger).log(Level.valueOf(level), marker, event.message, event.thrown);
    }

    public static void main(String[] args) throws Exception {
        Log4j2 events = new Log4j2();
        events.root.getAppenders().keySet().forEach(events.root::removeAppender);
        events.root.setLevel(Level.ALL);
        events.add(new AbstractAppender("instant", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                org.apache.logging.log4j.core.time.Instant at = event.getInstant();
                events.instant = Instant.ofEpochSecond(at.getEpochSecond(), at.getNanoOfSecond());
            }
        });
        events.run();
    }
}
