/** Peers find each other through Consul. */
package io.parley.consul;
