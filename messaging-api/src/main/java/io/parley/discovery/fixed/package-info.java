/** Discovery without a registry: addresses that are known beforehand. */
package io.parley.discovery.fixed;
