/**
 * Saturation vapour pressure over water in kPa, from air temperature in °C: Hardy (1998), "ITS-90 formulations for
 * vapor pressure", the form that the UTCI polynomial was fitted with.
 */
export function saturationVapourPressureKilopascals(celsius: number): number {
  const kelvin = celsius + 273.15;
  let exponent = 2.7150305 * Math.log(kelvin);
  HARDY.forEach((coefficient, index) => {
    exponent += coefficient * kelvin ** (index - 2);
  });
  return Math.exp(exponent) / 1000;
}

/** Coefficients of kelvin^-2 to kelvin^4. */
const HARDY = [
  -2836.5744, -6028.076559, 19.54263612, -0.02737830188, 0.000016261698, 7.0229056e-10, -1.8680009e-13,
] as const;
