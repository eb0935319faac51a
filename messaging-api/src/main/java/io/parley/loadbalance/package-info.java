/** Extension point: which instance of a service a message goes to. */
package io.parley.loadbalance;
