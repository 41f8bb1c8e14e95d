/* atan, and through it asin and acos. */
#include "scalar.h"

/* atan(t) = t + t^3 * p(t^2) for |t| <= tan(pi / 8). */
static const double ATAN[] = {
    -0x1.5555555555555p-2, 0x1.999999999934cp-3, -0x1.2492492436201p-3, 0x1.c71c71853d7fap-4, -0x1.745d0b28a7e36p-4,
    0x1.3b1263064f6b4p-4, -0x1.10fa77b1a6d1ap-4, 0x1.dfe6497e95f8ap-5, -0x1.a0999c632a650p-5, 0x1.4162c02b1b2aep-5,
    -0x1.3a31b1c0f7480p-6,
};

double atan64(double x) {
    double a = absolute64(x), base = 0, low = 0, t = a;
    if (a > 2.414213562373095) { /* tan(3 pi / 8): atan(a) = pi/2 - atan(1/a) */
        base = 0x1.921fb54442d18p+0;
        low = 0x1.1a62633145c07p-54;
        t = -1 / a;
    } else if (a > 0.41421356237309503) { /* atan(a) = pi/4 + atan((a - 1) / (a + 1)) */
        base = 0x1.921fb54442d18p-1;
        low = 0x1.1a62633145c07p-55;
        t = (a - 1) / (a + 1);
    }
    double z = t * t;
    return x == 0 || x != x ? x : copy_sign64(base + (t + (t * (z * EVALUATE(ATAN, z)) + low)), x);
}

double asin64(double x) { return atan64(x / __builtin_sqrt((1 - x) * (1 + x))); }
double acos64(double x) { return 2 * atan64(__builtin_sqrt((1 - x) / (1 + x))); }
