package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The library's jar beside an application, however that is packaged. */
@Locking
abstract class PackagingContract extends ContractTest {

    @Inject
    CountedBean counted;

    @Inject
    CountingResolver resolver;

    @EJB
    CountedTeller teller;

    static WebArchive archive(Class<?> test) {
        return Deployments.of(test)
                .addClasses(PackagingContract.class, CountedBean.class, CountingResolver.class, CountedTeller.class);
    }

    @Test
    @Assertion({"PACK-01", "INT-07"})
    void theInterceptorIsCalledOnce() {
        assertThat(counted.run(resolver)).as("of a CDI bean").isEqualTo(1);
        assertThat(teller.run(resolver)).as("of an enterprise bean").isEqualTo(1);
    }
}
