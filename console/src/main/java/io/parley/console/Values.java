package io.parley.console;

import io.parley.channel.ChannelName;
import io.parley.console.terminal.Texts;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How values are written on the command line. Immutable. */
final class Values {

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
