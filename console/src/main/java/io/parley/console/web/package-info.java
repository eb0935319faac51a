/** The page: what it shows, served to browsers over HTTP. Knows HTTP, and no peer but through {@link MeshModel} and {@link Trials}. */
package io.parley.console.web;
