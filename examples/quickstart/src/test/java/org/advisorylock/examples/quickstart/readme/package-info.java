/** The examples of README.md: what stands there between tags is compiled, deployed and called here. */
@NullMarked
package org.advisorylock.examples.quickstart.readme;

import org.jspecify.annotations.NullMarked;
