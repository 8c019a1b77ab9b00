// The events by JBoss LogManager.

import java.io.OutputStream;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.MDC;
import org.jboss.logmanager.NDC;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.OutputStreamHandler;

public class Jboss extends Events {
    private final LogContext context = LogContext.create();
    private final Logger root = context.getLogger("");

    @Override
    String[] levels() {
        return new String[] {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    }

    @Override
    void add(String pattern, boolean whole, OutputStream to) throws Exception {
        OutputStreamHandler handler = new OutputStreamHandler(to, new PatternFormatter(pattern));
        handler.setAutoFlush(true);
        handler.setEncoding("UTF-8");
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
    }

    @Override
    void log(Event event, String level) {
        event.context.forEach(MDC::put);
        if (event.nested != null) {
            NDC.push(event.nested);
        }
        Logger logger = context.getLogger(event.logger);
        logger.log(context.getLevelForName(level), event.message, event.thrown);
    }

    public static void main(String[] args) throws Exception {
        Jboss events = new Jboss();
        events.root.setLevel(Level.ALL);
        events.root.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                events.instant = record.getInstant();
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        });
        events.run();
    }
}
