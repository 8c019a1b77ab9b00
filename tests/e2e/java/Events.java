// Logs the same events by any logging library, and tells what each layout wrote of each.
//
// Layouts come on standard input, one a line, behind a letter: "W" for a whole one, as an appender
// has it; "C" for a conversion alone, which must write no stack trace of itself. For each event
// comes a line of JSON: what was logged, its instant in seconds as the library took it, and
// "shown", what each layout wrote, in their order.

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import static java.nio.charset.StandardCharsets.UTF_8;

abstract class Events {
    /** What is logged; its marker and its context where a library has such. */
    static final class Event {
        final String logger, thread, message;
        final Throwable thrown;
        String marker, nested;
        final Map<String, String> context = new LinkedHashMap<>();

        Event(String logger, String thread, String message, Throwable thrown) {
            this.logger = logger;
            this.thread = thread;
            this.message = message;
            this.thrown = thrown;
        }

        Event with(String key, String value) {
            context.put(key, value);
            return this;
        }

        Event marked(String name) {
            marker = name;
            return this;
        }

        Event within(String text) {
            nested = text;
            return this;
        }
    }

    static final String CART = "com.example.shop.cart.CartService";
    static final String LONG = "org.springframework.boot.web.embedded.tomcat.TomcatWebServer$Inner";
    static final String MIXED = "sep - [x] (y) | z: \"q\" 'r' {s} <t> ; /u\\v = 1, 2";

    static List<Event> events() {
        return List.of(
            new Event("a", "main", "started", null),
            new Event(CART, "main", MIXED, null).with("tenant", "a b").with("user", "x=y, [z]"),
            new Event("a.B", "pool-1-thread-2", "100% of %d, %m%n and {} or {0} at $1", null),
            new Event(CART, "http-nio-8080-exec-1", "gr\u00fc\u00dfe \uc720\ub2c8 \ud83d\ude00 tab\there", null)
                .with("tenant", "\uc720\ub2c8").with("traceId", "803b448a0489f84084905d3093480352")
                .with("spanId", "3425f23bb2432450").marked("AUDIT"),
            new Event(LONG, "exec [1]; #2-x", "first\nsecond\n\n  fourth", null).within("one two"),
            new Event("a.b.c.d.E", "Service Thread Pool -- 5", "", null),
            new Event(CART, "main", "failed: x\ny", failure()).with("tenant", "t-1").marked("AUDIT"),
            new Event("jdk.event.security", "Catalina-utility-1", "no text of its own", new Error()),
            new Event(LONG, "ContainerBackgroundProcessor[StandardEngine[Catalina]]",
                "{\"a\": [1, {\"b\": null}], \"c\": \"d\\\"e\"}", null).with("user", "-"),
            new Event("a", "main", "2026-11-23 21:46:01,123 [x] INFO a.b - said another", null),
            new Event("Main", "0", "wide ".repeat(600) + "end", null).with("requestId", "17"),
            new Event("com.example.A", "main", "ends with a newline\n", null),
            new Event("com.example.A", "main", "circular", circular()).within("deep"));
    }

    static Throwable failure() {
        Throwable cause = new IllegalArgumentException("two\nlines: of text");
        IllegalStateException top = new IllegalStateException("no - [x] INFO y", cause);
        top.addSuppressed(new java.io.IOException("closing", new RuntimeException()));
        return top;
    }

    static Throwable circular() {
        Exception one = new Exception("one");
        one.initCause(new Exception("two", one));
        return one;
    }

    // -- a library's part -------------------------------------------------------------------------

    /** Names of its levels, from the least. */
    abstract String[] levels();

    /** Writes all that is logged by a layout from now on. */
    abstract void add(String layout, boolean whole, OutputStream to) throws Exception;

    /** Logs in the thread that runs; sets "instant". */
    abstract void log(Event event, String level);

    Instant instant;

    // -- all the rest -----------------------------------------------------------------------------

    void run() throws Exception {
        List<ByteArrayOutputStream> shown = new ArrayList<>();
        BufferedReader layouts = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = layouts.readLine(); line != null; line = layouts.readLine()) {
            ByteArrayOutputStream to = new ByteArrayOutputStream();
            add(line.substring(1), line.charAt(0) == 'W', to);
            shown.add(to);
        }
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        String[] levels = levels();
        int number = 0;
        for (Event event : events()) {
            String level = levels[number++ % levels.length];
            Thread thread = new Thread(() -> log(event, level), event.thread);
            thread.start();
            thread.join();
            StringJoiner texts = new StringJoiner(",", "[", "]");
            for (ByteArrayOutputStream to : shown) {
                texts.add(quoted(to.toString("UTF-8")));
                to.reset();
            }
            String took = String.format("%d.%09d", instant.getEpochSecond(), instant.getNano());
            out.println("{\"instant\":\"" + took + "\",\"level\":" + quoted(level)
                + ",\"logger\":" + quoted(event.logger) + ",\"thread\":" + quoted(event.thread)
                + ",\"message\":" + quoted(event.message) + ",\"shown\":" + texts + "}");
        }
        out.flush();
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            if (one == '"' || one == '\\' || one < ' ') {
                json.append(String.format("\\u%04x", (int) one));
            } else {
                json.append(one);
            }
        }
        return json.append('"').toString();
    }
}
