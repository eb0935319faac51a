/** Registers peers that do not register themselves. */
package io.parley.console.registrar;
