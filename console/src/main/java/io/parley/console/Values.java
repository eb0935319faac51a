package io.parley.console;

import io.parley.channel.ChannelName;
import io.parley.console.terminal.Texts;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How values are written on the command line. Immutable. */
final class Values {

    private static final int MAX_PORT = 65535;

    private Values() {}

    /** A time such as {@code 500ms}. */
    static final class Time implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            return Texts.time(text)
                    .orElseThrow(() ->
                            new TypeConversionException("expected a time such as 500ms, 2s or 1m, not '" + text + "'"));
        }
    }

    /** A channel such as {@code orders/place}. */
    static final class Channel implements ITypeConverter<ChannelName> {

        @Override
        public ChannelName convert(String text) {
            try {
                return ChannelName.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A host and a port, such as {@code 127.0.0.1:7000}. */
    record Endpoint(String host, int port) implements ITypeConverter<Endpoint> {

        private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\s:/\\[\\]]+):(\\d{1,5})");

        /** For picocli. */
        Endpoint() {
            this("", 0);
        }

        @Override
        public Endpoint convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.matches() && Integer.parseInt(matcher.group(2)) <= MAX_PORT) {
                String host = matcher.group(1);
                boolean isBracketed = host.startsWith("[");
                return new Endpoint(
                        isBracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(matcher.group(2)));
            }
            throw new TypeConversionException("expected a host and a port such as 127.0.0.1:7000, not '" + text + "'");
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
        }
    }

    /** A port, or 0. */
    static final class Port implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String text) {
            try {
                int port = Integer.parseInt(text);
                if (port >= 0 && port <= MAX_PORT) {
                    return port;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            throw new TypeConversionException("expected a port from 0 to " + MAX_PORT + ", not '" + text + "'");
        }
    }

    /** A count of at least one. */
    static final class Count implements ITypeConverter<Long> {

        @Override
        public Long convert(String text) {
            try {
                long count = Long.parseLong(text);
                if (count > 0) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            throw new TypeConversionException("expected a whole number from 1 on, not '" + text + "'");
        }
    }

    /** Messages a second. */
    static final class Rate implements ITypeConverter<Double> {

        @Override
        public Double convert(String text) {
            try {
                double rate = Double.parseDouble(text);
                if (rate > 0 && rate <= 1e6) {
                    return rate;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            throw new TypeConversionException(
                    "expected messages a second, such as 50 or 0.5 and at most 1000000, not '" + text + "'");
        }
    }
}
