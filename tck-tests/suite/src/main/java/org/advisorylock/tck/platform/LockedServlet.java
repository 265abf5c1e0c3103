package org.advisorylock.tck.platform;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;

/** Wrong: the servlet container makes and calls its instance. Never deployed with others. */
@WebServlet("/locked")
public class LockedServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    @Transactional
    @AdvisoryLock("page")
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        // Not deployed.
    }
}
