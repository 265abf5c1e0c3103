package org.advisorylock.examples.booking;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Where the REST resources are. */
@ApplicationPath("api")
public class Api extends Application {}
