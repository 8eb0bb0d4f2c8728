"""Two coupled cells of Mancilla et al. (2007), for NEST to run and for rheobase to repeat.

Both have the equations of NEST's `hh_psc_alpha_gap`; the first is driven, the second starts high.

Source: J. G. Mancilla, T. J. Lewis, D. J. Pinto, J. Rinzel, B. W. Connors, Synchronization of
electrically coupled pairs of inhibitory interneurons in neocortex, J. Neurosci. 27, 2058 (2007).
"""

from __future__ import annotations

DURATION_MS, STEP_MS, EVERY_MS = 60.0, 0.01, 0.5
CURRENT_PA, FIRST_MV = 100.0, (-69.60401191631222, -10.0)
CONDUCTANCES_NS = (0.0, 0.5, 5.0)
EQUATIONS = """
    a_m = 40*(v - 75.5)/(1 - exp(-(v - 75.5)/13.5))
    b_m = 1.2262*exp(-v/42.248)
    a_h = 0.0035*exp(-v/24.186)
    b_h = 0.017*(v + 51.25)/(1 - exp(-(v + 51.25)/5.2))
    a_p = (v - 95)/(1 - exp(-(v - 95)/11.8))
    b_p = 0.025*exp(-v/22.222)
    a_n = 0.014*(v + 44)/(1 - exp(-(v + 44)/2.3))
    b_n = 0.0043*exp(-(v + 44)/34)
    I_Na = g_Na*m**3*h*(v - E_Na)
    I_K = (g_Kv1*n**4 + g_Kv3*p**2)*(v - E_K)
    C*dv/dt = -I_Na - I_K - g_L*(v - E_L) + I
    dm/dt = a_m*(1 - m) - b_m*m
    dh/dt = a_h*(1 - h) - b_h*h
    dp/dt = a_p*(1 - p) - b_p*p
    dn/dt = a_n*(1 - n) - b_n*n
"""
PARAMETERS = dict(
    C=40.0, g_Na=4500.0, g_Kv1=9.0, g_Kv3=9000.0, g_L=10.0, E_Na=74.0, E_K=-90.0, E_L=-70.0
)
