/** The library on Weld SE, Narayana, Agroal and a real PostgreSQL. */
package org.advisorylock.impl.it;
