/** Extension point: how peers find each other. */
package io.parley.discovery;
