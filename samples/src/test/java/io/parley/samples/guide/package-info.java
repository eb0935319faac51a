/** What the guide and the README quote: every Java snippet there is a tagged region here, and runs. */
package io.parley.samples.guide;
