/** Looks into running peers from the command line. */
package io.parley.console;
