package org.advisorylock.tck.server.leaks;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Lets the application use the library, and answers with the process id of the server. */
@WebServlet("/day")
public class DayServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Inject
    transient Day day;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Generation.get();
        try {
            day.pass();
        } catch (Exception e) {
            throw new ServletException(e);
        }
        response.getWriter().print(ProcessHandle.current().pid());
    }
}
