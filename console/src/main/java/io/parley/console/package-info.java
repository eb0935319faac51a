/** The {@code parley} command line: a class for each command, and what they share. */
package io.parley.console;
