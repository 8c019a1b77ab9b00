// The events by java.util.logging.

import java.io.OutputStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

public class Jul extends Events {
    private final Logger root = Logger.getLogger("");

    @Override
    String[] levels() {
        return new String[] {"FINEST", "FINER", "FINE", "CONFIG", "INFO", "WARNING", "SEVERE"};
    }

    /** A formatter reads its format where it is made; none stands for what it has of itself. */
    @Override
    void add(String format, boolean whole, OutputStream to) throws Exception {
        String property = "java.util.logging.SimpleFormatter.format";
        if (format.isEmpty()) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, format);
        }
        StreamHandler handler = new StreamHandler(to, new SimpleFormatter()) {
            @Override
            public synchronized void publish(LogRecord record) {
                super.publish(record);
                flush();
            }
        };
        handler.setEncoding("UTF-8");
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
    }

    @Override
    void log(Event event, String level) {
        Logger.getLogger(event.logger).log(Level.parse(level), event.message, event.thrown);
    }

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        Jul events = new Jul();
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
