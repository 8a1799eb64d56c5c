"""Feedback 1022: everyone in the city, on any channel, reports what is wrong and follows it until it is answered.

It answers the sentence of the city's programme on the 1022 portal, "tiếp nhận đa kênh, xử lý và phản hồi đúng hạn".
"""
