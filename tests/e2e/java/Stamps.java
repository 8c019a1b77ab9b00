// Writes stamps and level names as Java does in every locale of some languages.
//
// Arguments: seed, stamps a locale, languages. A line is "kind TAB pattern TAB locale TAB zone TAB
// text TAB meaning": the meaning of a stamp is its second in UTC, of a level its name in English.

import java.io.PrintStream;
import java.text.SimpleDateFormat;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.logging.Level;

public class Stamps {
    static final String[] SIMPLE = {
        "dd-MMM-yyyy HH:mm:ss.SSS", "yyyy-MM-dd HH:mm:ss,SSS", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "d MMMM yyyy K:mm:ss a", "EEE MMM dd HH:mm:ss yyyy", "EEEE, d. MMMM yyyy kk:mm:ss",
        "MMM d, yyyy h:mm:ss a", "yy/M/d H:m:s", "dd/MMM/yyyy:HH:mm:ss Z", "LLLL d yyyy HHmmss",
        "yyyyMMddHHmmssSSS", "MMM yyyy dd 'o''clock' hh.mm.ssa XX",
    };
    static final String[] NEW = {
        "uuuu-MM-dd HH:mm:ss.SSSSSS", "dd MMM yyyy HH:mm:ss,SSS", "EEEE d MMMM uuuu h:mm:ss a",
        "yyyy-MM-dd'T'HH:mm:ss[.SSS]xxx", "E, LLL d yy K:m:s a", "yyyy-MM-dd HH:mm:ss.SSSSSSSSS VV",
        "yyyy-MM-dd HH:mm:ss OOOO", "yyyy-MM-dd kk:mm:ss ZZZZZ", "d LLLL yyyy H:m:s O", "yyyyMMdd HHmmss x",
    };
    static final String[] FORMATTER = {
        "%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp", "%1$tF %1$tT.%1$tL", "%1$tA %1$te %1$tB %1$tY %1$tr",
        "%1$tD %1$tk:%<tM:%<tS.%<tN %1$tz", "%1$Tb %1$td %1$ty %1$tI:%1$tM:%1$tS%1$tp", "%1$ts", "%1$tQ",
    };
    static final String ZONED = "EEE MMM dd HH:mm:ss z yyyy";
    static final String[] ZONES = {"UTC", "Asia/Seoul", "Europe/Berlin", "America/St_Johns"};
    static final Level[] LEVELS = {
        Level.SEVERE, Level.WARNING, Level.INFO, Level.CONFIG, Level.FINE, Level.FINER, Level.FINEST,
    };

    static PrintStream out;

    static void row(String kind, String pattern, Locale locale, String zone, String text, Object meaning) {
        out.println(String.join("\t", kind, pattern, locale.toString(), zone, text, meaning.toString()));
    }

    static String second(Instant at) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC).format(at);
    }

    public static void main(String[] args) throws Exception {
        out = new PrintStream(System.out, false, "UTF-8");
        Random random = new Random(Long.parseLong(args[0]));
        List<String> languages = Arrays.asList(args).subList(2, args.length);
        Locale[] locales = Locale.getAvailableLocales();
        Arrays.sort(locales, Comparator.comparing(Locale::toString));
        for (Locale locale : locales) {
            // Extensions choose other calendars, and no one's JVM speaks Chinese in Latin letters.
            if (!languages.contains(locale.getLanguage()) || locale.hasExtensions()
                    || locale.getScript().equals("Latn")) {
                continue;
            }
            Locale.setDefault(locale);
            for (Level level : LEVELS) {
                row("level", "", locale, "", level.getLocalizedName(), level.getName());
            }
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                // Every month comes, and every hour of a day.
                Instant at = Instant.parse("1970-01-01T00:00:00Z").plusSeconds(
                    (long) random.nextInt(35000) * 86400 + random.nextInt(86400)).plusNanos(random.nextInt(1000000000));
                String zone = ZONES[random.nextInt(ZONES.length)];
                stamps(at, zone, locale);
                named(at, locale);
            }
        }
        skipped();
        out.flush();
    }

    static void stamps(Instant at, String zone, Locale locale) {
        ZonedDateTime there = at.atZone(ZoneId.of(zone));
        for (String pattern : SIMPLE) {
            SimpleDateFormat format = new SimpleDateFormat(pattern, locale);
            format.setTimeZone(TimeZone.getTimeZone(zone));
            row("simple", pattern, locale, zone, format.format(Date.from(at)), second(at));
        }
        for (String pattern : NEW) {
            row("new", pattern, locale, zone, DateTimeFormatter.ofPattern(pattern, locale).format(there), second(at));
        }
        for (String pattern : FORMATTER) {
            row("formatter", pattern, locale, zone, String.format(locale, pattern, there), second(at));
        }
    }

    /** Zones by their names, where Java calls them by one name at any time and in any language. */
    static void named(Instant at, Locale locale) {
        if (at.isBefore(Instant.parse("1990-01-01T00:00:00Z"))) {
            return;
        }
        for (String zone : new String[] {"UTC", "Asia/Seoul", "Asia/Tokyo", "Europe/Berlin", "America/New_York"}) {
            if (zone.startsWith("A") && locale.getLanguage().equals("fr") && locale.getCountry().equals("CA")) {
                continue;
            }
            SimpleDateFormat format = new SimpleDateFormat(ZONED, locale);
            format.setTimeZone(TimeZone.getTimeZone(zone));
            row("simple", ZONED, locale, "UTC", format.format(Date.from(at)), second(at));
            ZonedDateTime there = at.atZone(ZoneId.of(zone));
            row("new", ZONED, locale, "UTC", DateTimeFormatter.ofPattern(ZONED, locale).format(there), second(at));
        }
    }

    /** Hours that clocks skip, as Java reads them. */
    static void skipped() throws Exception {
        String pattern = "uuuu-MM-dd HH:mm:ss";
        for (String zone : ZONES) {
            for (LocalDateTime at = LocalDateTime.of(2026, 1, 1, 0, 30); at.getYear() == 2026; at = at.plusHours(1)) {
                if (ZoneId.of(zone).getRules().getValidOffsets(at).isEmpty()) {
                    String text = DateTimeFormatter.ofPattern(pattern).format(at);
                    row("new", pattern, Locale.ROOT, zone, text, second(at.atZone(ZoneId.of(zone)).toInstant()));
                }
            }
        }
    }
}
