package io.parley.console.browser;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of one shop, on screens of all widths. The tests that kill peers come last. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class ShopPageIT {

    @TempDir
    static Path home;

    private static ShopWithPage shop;

    @BeforeAll
    static void openShop() throws Exception {
        shop = ShopWithPage.open(home);
    }

    @AfterAll
    static void closeShop() {
        if (shop != null) {
            shop.close();
        }
    }

    @Nested
    @Order(1)
    class OnNarrowScreens extends NarrowPage {

        @Override
        ShopWithPage shop() {
            return shop;
        }
    }

    @Nested
    @Order(2)
    class OnAnyScreen extends WholePage {

        @Override
        ShopWithPage shop() {
            return shop;
        }
    }
}
