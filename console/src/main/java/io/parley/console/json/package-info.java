/** JSON as the console reads and writes it. The one package that knows Jackson. */
package io.parley.console.json;
