// Answers requests that it sends to itself, and tells what each format of Jetty's request log
// writes of them.
//
// Formats come on standard input, one a line. For each request comes a line of JSON: its "instant"
// in milliseconds since 1970, and "shown", what each format wrote, in their order.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.security.auth.Subject;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.security.DefaultUserIdentity;
import org.eclipse.jetty.security.UserAuthentication;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;

import static java.nio.charset.StandardCharsets.UTF_8;

public class Jetty {
    static final String[] REQUESTS = {
        "GET /ok?id=1&b=%20x HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (X11; back\\slash) - | [brackets]\r\n"
            + "Referer: http://example.org/?a=b c\r\nX-Id: a b; c\r\nCookie: sid=1.2; x=y\r\n",
        "HEAD /ok HTTP/1.1\r\n",
        "POST /nope/a;b=c?q='| HTTP/1.1\r\nContent-Length: 3\r\nUser-Agent: -\r\n",
        "GET /user/jo%20doe HTTP/1.1\r\nUser-Agent: curl\r\n",
        "GET /nope/%C3%BC?%C3%BC HTTP/1.1\r\nX-Id: \u00e9 \uc720\r\n",
        "GET /said HTTP/1.1\r\nUser-Agent: say \"hi\"\r\n",
    };

    static class Pages extends AbstractHandler {
        @Override
        public void handle(
            String target, Request base, HttpServletRequest request, HttpServletResponse response
        ) throws java.io.IOException {
            if (target.startsWith("/user/")) {
                java.security.Principal principal = () -> target.substring("/user/".length());
                base.setAuthentication(new UserAuthentication(
                    "BASIC", new DefaultUserIdentity(new Subject(), principal, new String[0])));
            }
            response.setStatus(target.startsWith("/nope") ? 404 : 200);
            response.setHeader("X-To", "a | b");
            request.setAttribute("kind", "kind of " + request.getMethod());
            response.getOutputStream().print("page\n");
            base.setHandled(true);
        }
    }

    public static void main(String[] args) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Pages());
        List<String> shown = new ArrayList<>();
        List<RequestLog> logs = new ArrayList<>();
        BufferedReader formats = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = formats.readLine(); line != null; line = formats.readLine()) {
            logs.add(new CustomRequestLog((RequestLog.Writer) shown::add, line));
        }
        BlockingQueue<Long> logged = new LinkedBlockingQueue<>();
        server.setRequestLog((request, response) -> {
            logs.forEach(log -> log.log(request, response));
            logged.add(request.getTimeStamp());
        });
        server.start();
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        for (String request : REQUESTS) {
            try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
                String body = request.startsWith("POST") ? "a=b" : "";
                String head = request + "Host: shop.example.org\r\nConnection: close\r\n\r\n" + body;
                socket.getOutputStream().write(head.getBytes(UTF_8));
                socket.getInputStream().readAllBytes();
            }
            long instant = logged.take();
            StringJoiner texts = new StringJoiner(",", "[", "]");
            shown.forEach(text -> texts.add(Events.quoted(text)));
            shown.clear();
            out.println("{\"instant\":" + instant + ",\"shown\":" + texts + "}");
        }
        out.flush();
        server.stop();
    }
}
