/**
 * A small shop, told by its peers: who orders, who pays, who ships and who is told. Begin with
 * {@link io.parley.samples.shop.Shop}, which is what they agreed upon, and then {@link io.parley.samples.shop.Orders}.
 */
package io.parley.samples.shop;
