/** Discovery by addresses that are known beforehand, without a registry. */
package io.parley.discovery.fixed;
