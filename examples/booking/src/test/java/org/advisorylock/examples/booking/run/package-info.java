/** Starts a database, servers with the application, and clients. No part of the application. */
@NullMarked
package org.advisorylock.examples.booking.run;

import org.jspecify.annotations.NullMarked;
