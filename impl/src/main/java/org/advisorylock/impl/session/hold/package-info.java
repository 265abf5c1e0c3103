/** Who holds a key in this JVM: one registry, without threads and without a database. */
@NullMarked
package org.advisorylock.impl.session.hold;

import org.jspecify.annotations.NullMarked;
