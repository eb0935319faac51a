package io.parley.samples.shop;

import java.util.SortedMap;

/** What all peers of the shop have in common: they can say what they have done. Thread-safe. */
public interface ShopPeer {

    /** What has been counted so far, by name. */
    SortedMap<String, Long> figures();
}
