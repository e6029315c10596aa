from django.urls import path

from loyalty.api import members, points, referrals

urlpatterns = [
    path("me/loyalty", members.MyLoyaltyView.as_view()),
    path("me/loyalty/enrol", members.MyEnrolmentView.as_view()),
    path("me/loyalty/statement", points.MyStatementView.as_view()),
    path("customers/<uuid:customer_id>/loyalty/statement", points.CustomerStatementView.as_view()),
    path("cart/points", points.CartPointsView.as_view()),
    path("carts/<uuid:cart_id>/points", points.CartPointsView.as_view()),
    path("loyalty/enrol", members.EnrolmentView.as_view()),
    path("loyalty/join", members.JoinView.as_view()),
    path("loyalty/rewards", members.RewardsView.as_view()),
    path("loyalty/members/by-card/<str:code>", members.MemberByCardView.as_view()),
    path("loyalty/referrals", referrals.ReferralsView.as_view()),
    path("loyalty/referrals/<uuid:referral_id>/approve", referrals.ReferralApprovalView.as_view()),
    path("loyalty/referrals/<uuid:referral_id>/refuse", referrals.ReferralRefusalView.as_view()),
    path("customers/<uuid:customer_id>/loyalty", members.CustomerLoyaltyView.as_view()),
]
