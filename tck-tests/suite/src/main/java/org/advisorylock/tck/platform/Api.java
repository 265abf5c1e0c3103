package org.advisorylock.tck.platform;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Makes the resources of an archive available. */
@ApplicationPath("api")
public class Api extends Application {}
