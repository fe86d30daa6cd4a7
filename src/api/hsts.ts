/** Browsers keep to HTTPS for a year. Of this host alone: others of the domain are not ours. */
export const HSTS = 'max-age=31536000'
