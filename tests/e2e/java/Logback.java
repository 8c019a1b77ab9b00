// The events by logback.

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.util.OptionHelper;
import java.io.OutputStream;
import java.time.Instant;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

public class Logback extends Events {
    private final LoggerContext context = new LoggerContext();
    private final Logger root = context.getLogger("ROOT");

    @Override
    String[] levels() {
        return new String[] {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    }

    @Override
    void add(String pattern, boolean whole, OutputStream to) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(java.nio.charset.StandardCharsets.UTF_8);
        String put = OptionHelper.substVars(pattern, context);  // as for any value in logback.xml
        encoder.setPattern(whole ? put : put + "%nopex");
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(to);
        appender.start();
        root.addAppender(appender);
    }

    @Override
    void log(Event event, String level) {
        event.context.forEach(MDC::put);
        Marker marker = null;
        if (event.marker != null) {
            marker = MarkerFactory.getDetachedMarker(event.marker);
            marker.add(MarkerFactory.getMarker("ALL"));
        }
        int number = Level.toLocationAwareLoggerInteger(Level.toLevel(level));
        Logger logger = context.getLogger(event.logger);
        logger.log(marker, Logger.class.getName(), number, event.message, null, event.thrown);
    }

    public static void main(String[] args) throws Exception {
        Logback events = new Logback();
        events.context.setName("shop");
        events.context.putProperty("PID", "4711");
        events.root.setLevel(Level.ALL);
        AppenderBase<ILoggingEvent> instant = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                events.instant = Instant.ofEpochMilli(event.getTimeStamp());
            }
        };
        instant.setContext(events.context);
        instant.start();
        events.root.addAppender(instant);
        events.run();
    }
}
