/** The one place that knows Consul's HTTP API: what is asked, how it travels, and what is answered. */
package io.parley.consul.gateway;
