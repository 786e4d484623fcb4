import type { ReadyMapping } from './mapping.ts';

/**
 * HubSpot: the action "Send a webhook" of a workflow over deals, with the deal's properties in the body, each as a value or as an object
 * with its `value`. An amount that was emptied is taken off the deal. Closing dates are HubSpot's midnights in the portal's time zone
 * (`$zone`). The company is none of them: the workflow puts its name into a property of the deal, here `company_name`, or else
 * the partner's defaults say whose deals these are. Stages are those of HubSpot's own sales pipeline.
 */
export const hubspotDeal: ReadyMapping = {
  mapping: `(
  $all := properties;
  $of := function($name) {(
    $given := $lookup($all, $name);
    $value := $type($given) = "object" ? $given.value : $given;
    $value = "" or $value = null ? $nothing : $value
  )};
  $instant := function($time) {
    $match($string($time), /^[0-9]+$/) ? $fromMillis($number($time)) : $time
  };
  $stages := {
    "appointmentscheduled": "enquiry",
    "qualifiedtobuy": "qualified",
    "presentationscheduled": "qualified",
    "decisionmakerboughtin": "proposal",
    "contractsent": "negotiation",
    "closedwon": "signed",
    "closedlost": "lost"
  };
  $stage := $lookup($stages, $of("dealstage"));
  $company := $of("company_name");
  $zone := "Europe/London";
  $amount := $of("amount");
  $emptied := $not($exists($amount)) and $exists($lookup($all, "amount"));
  $ref := {"ref": $string([objectId, dealId, $of("hs_object_id")][0])};
  $changed := $of("hs_lastmodifieddate");
  $close := $of("closedate");
  [{
    "type": "trade-deal.logged",
    "timestamp": $changed ? $instant($changed),
    "data": {
      "externalRef": $ref,
      "title": $of("dealname"),
      "stage": $stage,
      "lostReason": $stage = "lost" ? "other",
      "reason": $stage = "lost" ? [$of("closed_lost_reason"), "Closed as lost in HubSpot."][0],
      "organisations": $company ? [{"name": $company, "place": "birmingham"}],
      "value": $exists($amount) ? {"amount": $string($amount), "currency": [$of("deal_currency_code"), "GBP"][0]},
      "expectedCloseOn": $close ? $day($instant($close), $zone)
    }
  },
  $emptied ? {
    "type": "trade-deal.amended",
    "timestamp": $changed ? $instant($changed),
    "data": {"externalRef": $ref, "value": null}
  }]
)`,
  partner: {
    scheme: 'hubspot-v3',
    eventTypes: ['trade-deal.logged', 'trade-deal.amended'],
    defaults: { strand: 'business-engagement', direction: 'uk-export' },
  },
  sample: {
    portalId: 62515,
    objectId: 18442390271,
    properties: {
      dealname: { value: 'Tram doors for the airport line' },
      dealstage: { value: 'decisionmakerboughtin' },
      amount: { value: '1250000.5' },
      deal_currency_code: { value: 'CNY' },
      closedate: { value: '1798675200000' },
      company_name: { value: 'Severn Tram Doors (invented)' },
      hs_lastmodifieddate: { value: '1795334400000' },
      closed_lost_reason: { value: '' },
    },
  },
  gives: [
    {
      type: 'trade-deal.logged',
      timestamp: '2026-11-22T08:00:00.000Z',
      data: {
        externalRef: { ref: '18442390271' },
        title: 'Tram doors for the airport line',
        stage: 'proposal',
        organisations: [{ name: 'Severn Tram Doors (invented)', place: 'birmingham' }],
        value: { amount: '1250000.5', currency: 'CNY' },
        expectedCloseOn: '2026-12-31',
      },
    },
  ],
};
