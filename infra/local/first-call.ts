/** The first call to make, ready to paste: logs a trade deal and shows the pipeline that it changes. */
export function firstCall(url: string, token: string): string {
  const deal = {
    title: 'Air filters for the Guangzhou metro',
    strand: 'business-engagement',
    direction: 'uk-export',
    organisations: [{ name: 'Guangzhou Metro Group', place: 'guangzhou' }],
    value: { amount: '1250000.00', currency: 'CNY' },
  };
  return [
    '',
    '  The first call to make, as a BD officer (the token is good for an hour):',
    '',
    `TOKEN=${token}`,
    `curl -s ${url}/v1/trade-deals -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '${JSON.stringify(deal)}'`,
    `curl -s ${url}/v1/pipeline -H "authorization: Bearer $TOKEN"`,
    '',
    `  More: ${url}/docs   Stop: Ctrl-C`,
  ].join('\n');
}
