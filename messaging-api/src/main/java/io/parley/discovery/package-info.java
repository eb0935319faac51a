/**
 * Extension point: how peers find each other. A {@link io.parley.discovery.Discovery} opens a
 * {@link io.parley.discovery.ServiceResolver}, which finds instances, and, unless it is read-only, a
 * {@link io.parley.discovery.ServiceRegistry}, which announces one.
 */
package io.parley.discovery;
