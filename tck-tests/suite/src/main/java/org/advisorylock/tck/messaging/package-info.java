/** Message-driven beans, for the servers that have a broker of their own. */
@NullMarked
package org.advisorylock.tck.messaging;

import org.jspecify.annotations.NullMarked;
