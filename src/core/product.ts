/** How this product names itself to other machines. The version is that of package.json. */
export const PRODUCT = { name: 'Undercurrent', version: '0.1.0' } as const
