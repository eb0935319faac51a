package io.parley.samples.shop;

import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the shop sells, and for how much. Immutable. */
public final class Catalogue {

    /** The most of one product that one order may ask for. */
    public static final int MOST = 500;

    private static final Map<String, Long> CENTS = new TreeMap<>(Map.of(
            "tea", 450L,
            "coffee", 720L,
            "biscuits", 280L,
            "honey", 610L,
            "marmalade", 390L,
            "teapot", 2_450L,
            "mug", 890L,
            "samovar", 18_900L));

    private Catalogue() {}

    /** The names of all products, in alphabetical order. */
    public static SortedSet<String> products() {
        return new TreeSet<>(CENTS.keySet());
    }

    /** The price of one piece in cents; empty if there is no such product. */
    public static OptionalLong price(String product) {
        Long cents = CENTS.get(product);
        return cents == null ? OptionalLong.empty() : OptionalLong.of(cents);
    }
}
